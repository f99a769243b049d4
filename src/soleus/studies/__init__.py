"""Published studies as data, one YAML file a paper, and the form such a file has (docs/use/study-file.md)."""
