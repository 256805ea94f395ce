"""Run a student's notebook with a limit on the time and the memory of each cell.

nbgrader alone interrupts a cell after 30 seconds and goes on, which is enough for an endless loop.
It has no limit on memory. And where the kernel dies, by ``os._exit(1)``, by ``exit()`` with another
line after it, or because the system ends what takes all its memory, nbgrader drops the whole
submission.

`LimitedExecute` takes the place of nbgrader's own `Execute`. A cell that takes too long, takes too
much memory or ends its kernel fails. A new kernel then runs the good cells before it once more, to
have their variables again, and goes on with the next cell.
"""

import time
from pathlib import Path
from queue import Empty

import psutil
from jupyter_client.manager import KernelManager
from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer

# What a cell may print. An endless loop that prints would fill the grader's memory.
OUTPUT_CHARACTERS = 20_000
OUTPUTS = 100
# A kernel that starts on a busy machine, or that answers after its last output.
PATIENCE = 120
# How often the memory is looked at. A program can fill some 100 MB in that time.
LOOK_EVERY = 0.05


class Kernel:
    """A Python kernel of its own for one notebook, with limits.

    Parameters
    ----------
    folder : path
        Where it runs: the folder of the notebook.
    seconds : float
        The time that a cell may take.
    gibibytes : float
        The real memory that the kernel may have, in GiB.
    name : str
        The kernel's name, from the notebook's metadata.
    """

    def __init__(self, folder: Path | str, seconds: float, gibibytes: float, name="python3"):
        self.folder, self.seconds, self.gibibytes, self.name = folder, seconds, gibibytes, name
        self.manager = None

    def start(self) -> None:
        """Start the kernel anew. What it knew is gone."""
        self.stop()
        self.manager = KernelManager(kernel_name=self.name)
        # It leaves no history on the disk, and keeps its own log to itself.
        quiet = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=40"]
        self.manager.start_kernel(extra_arguments=quiet, cwd=str(self.folder))
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)
        self.process = psutil.Process(self.manager.provisioner.pid)

    def stop(self) -> None:
        """End the kernel, if there is one, without asking it."""
        if self.manager is not None:
            self.client.stop_channels()
            self.manager.shutdown_kernel(now=True)
            self.manager = None

    def run(self, source: str) -> tuple[list[NotebookNode], bool]:
        """Run one cell.

        Returns
        -------
        outputs : list of NotebookNode
            What it printed and showed; the last one is an error if it failed.
        alive : bool
            False if the kernel is gone, because it had to be ended or ended itself.
        """
        # No history: a student's cell can't read the tests in `In`.
        request = self.client.execute(source, store_history=False, allow_stdin=False)
        outputs: list[NotebookNode] = []
        why = self._listen(request, outputs) or self._said_goodbye(request)
        if why:
            self.stop()
            outputs.append(new_output("error", ename="Ended", evalue=why, traceback=[why]))
        return outputs, not why

    def _listen(self, request: str, outputs: list[NotebookNode]) -> str | None:
        """Collect the outputs until the cell has ended; say why if it was ended early."""
        deadline = time.monotonic() + self.seconds
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=LOOK_EVERY)
            except Empty:
                message = None
                if not self.manager.is_alive():
                    return "The kernel died in this cell."
            if message and message["parent_header"].get("msg_id") == request:
                if message["content"].get("execution_state") == "idle":
                    return None
                keep(message, outputs)
            if time.monotonic() > deadline:
                return f"This cell took longer than {self.seconds:g} seconds."
            if self._memory() > self.gibibytes * 2**30:
                return f"This cell took more than {self.gibibytes:g} GiB of memory."

    def _memory(self) -> int:
        try:
            return self.process.memory_info().rss
        except psutil.Error:  # it has died: the next look at the messages says so
            return 0

    def _said_goodbye(self, request: str) -> str | None:
        """Tell whether the cell called ``exit()``: the kernel answers first, and ends after it."""
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=PATIENCE)
            except Empty:
                return "The kernel died in this cell."
            if reply["parent_header"].get("msg_id") == request:
                payload = reply["content"].get("payload", [])
                ended = any(part.get("source") == "ask_exit" for part in payload)
                return "This cell ended the kernel." if ended else None


def keep(message: dict, outputs: list[NotebookNode]) -> None:
    """Add a message of the kernel to the outputs, up to the limits on what a cell may print."""
    if message["msg_type"] not in ("stream", "display_data", "execute_result", "error"):
        return
    output = output_from_msg(message)
    same = outputs and output.output_type == "stream" and outputs[-1].get("name") == output.name
    if output.output_type == "stream":
        seen = len(outputs[-1].text) if same else 0
        output.text = output.text[: max(0, OUTPUT_CHARACTERS - seen)]
    if same:
        outputs[-1].text += output.text
    elif len(outputs) < OUTPUTS or output.output_type == "error":
        outputs.append(output)


class LimitedExecute(NbGraderPreprocessor):
    """Runs the cells of a submission, each within the limits."""

    cell_seconds = Float(30, help="The time that a cell may take, in seconds.").tag(config=True)
    memory_gib = Float(2, help="The memory that a kernel may take, in GiB.").tag(config=True)
    max_restarts = Integer(10, help="After so many ended cells all others fail.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Run all code cells and store their outputs."""
        folder = resources.get("metadata", {}).get("path") or "."
        name = nb.metadata.get("kernelspec", {}).get("name", "python3")
        kernel = Kernel(folder, self.cell_seconds, self.memory_gib, name)
        good: list[str] = []
        alive, ended = False, 0
        try:
            for cell in nb.cells:
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                if ended > self.max_restarts:
                    why = "Too many cells before this one ended their kernel."
                    cell.outputs = [
                        new_output("error", ename="Ended", evalue=why, traceback=[why])
                    ]
                    continue
                if not alive:
                    revive(kernel, good)
                cell.outputs, alive = kernel.run(cell.source)
                ended += not alive
                if not any(output.output_type == "error" for output in cell.outputs):
                    good.append(cell.source)
        finally:
            kernel.stop()
        return nb, resources


def revive(kernel: Kernel, good: list[str]) -> None:
    """Start the kernel and run the good cells again; one that ends it now is good no more."""
    while True:
        kernel.start()
        for number, source in enumerate(good):
            if not kernel.run(source)[1]:
                del good[number]
                break
        else:
            return
