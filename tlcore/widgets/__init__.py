"""Live figures: they run in a notebook and, without a kernel, on the book's pages.

Each figure is one ``.py`` file, which checks and packs the data, and one ``.js`` file, which draws.

- `DrawDigit`: draw a digit, and two nets answer while the pen moves
- `FiltersOverEpochs`: what the first layer has learned, epoch by epoch
- `Sweep`: the curves of many recorded runs, compared
- `NoiseSlider`: how a denoising autoencoder mends what noise has done
- `TrainingPanel`: a training to watch, pause and change while it runs (needs a kernel)
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["assets", "base"],
    submod_attrs={
        "base": ["LiveFigure"],
        "draw_digit": ["DrawDigit", "one_of_each"],
        "filters": ["filter_greys", "save_filters"],
        "filters_over_epochs": ["FiltersOverEpochs"],
        "sweep": ["Sweep"],
        "noise_slider": ["NoiseSlider"],
        "training_panel": ["TrainingPanel"],
    },
)
