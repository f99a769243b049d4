"""Knowledge: articles for people with kidney failure and those who treat them, and how to find the right one.

`library` is the way in. Nothing here loads JAX or NumPy, and nothing asks anybody outside.
"""
