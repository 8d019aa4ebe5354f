"""Tests of the model; a package, so that its files may be called what they are about."""
