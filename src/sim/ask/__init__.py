"""Experiments that answer one question each, with scenarios made for it: which worlds are compared with which."""
