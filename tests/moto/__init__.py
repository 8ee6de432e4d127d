"""moto's own tests, run with our seams."""
