"""One handler per kind of job: the shell that moves data between the service and `worker.ml`."""
