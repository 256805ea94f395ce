"""Answers that misbehave: they never end, take all memory, end the kernel, or spy."""

ENDLESS = "while True:\n    print('still here')\n"
STUBBORN = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
HOG = "hoard = []\nwhile True:\n    hoard.append(bytearray(b'x' * 2**24))\n"
TROUBLE = {
    "endless-loop": (ENDLESS, "longer than"),
    "endless-loop-that-catches-everything": (STUBBORN, "longer than"),
    "memory-hog": (HOG, "GiB of memory"),
    "exit": ("exit()", "ended the kernel"),
    "sys-exit": ("import sys\nsys.exit()", "SystemExit"),
    "killed": ("import os\nos._exit(1)", "died"),
    "input": ("input('your name?')", "StdinNotImplementedError"),
}
LOOP = "def forward(x, layers):\n    while True:\n        pass\n"
SPY = """
import inspect


def n_params(widths):
    print(inspect.getsource(inspect.stack()[1].frame))
    return 8
"""
LATE = "import linecache\nprint([line for f in linecache.cache.values() for line in f[2]])"
