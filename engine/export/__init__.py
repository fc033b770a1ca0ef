"""PyTorch networks to ONNX, each checked against the original.  Part of the `train` extra."""
