"""Golden values of the trainer's tests, computed by PyTorch, torchvision, Pillow and NumPy."""
