"""SINGER (Li et al. 2024, arXiv 2412.03430): the paper's network, small over motion latents and at its own size."""
