"""No package: what is found here is due to the missing keys, and to nothing else."""

import asgi

asgi.serve(asgi.application())
