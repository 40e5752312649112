"""Work on tensors and other long work: Celery around pure PyTorch."""
