"""What CloudWatch makes of what the functions tell: no emulator reads metrics in a log, nor computes with them."""
