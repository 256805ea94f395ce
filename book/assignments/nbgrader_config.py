"""The settings of the course, read by nbgrader from the folder in which it is started."""

import sys
from pathlib import Path

from nbgrader import preprocessors
from nbgrader.converters import Autograde, GenerateFeedback

sys.path.insert(0, str(Path(__file__).resolve().parent))
from hide import HideTests  # noqa: E402
from limits import LimitedExecute  # noqa: E402

c = get_config()  # noqa: F821 (nbgrader defines it)

c.CourseDirectory.course_id = "layer-by-layer"

# The limits for each cell of a submission.
c.LimitedExecute.cell_seconds = 30
c.LimitedExecute.memory_gib = 2

# Where nbgrader would run a notebook without limits, and show the hidden tests.
c.Autograde.autograde_preprocessors = [
    LimitedExecute if step is preprocessors.Execute else step
    for step in Autograde.autograde_preprocessors.default_args[0]
]
c.GenerateFeedback.preprocessors = [
    HideTests,
    *GenerateFeedback.preprocessors.default_args[0],
]
