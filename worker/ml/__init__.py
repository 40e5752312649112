"""Pure PyTorch: paths, tensors and dataclasses in; numbers, tensors and files out."""
