"""Side by side with what a reader would use instead. ``python -m benchmarks`` runs all."""
