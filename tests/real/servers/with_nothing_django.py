"""No package: what is found here is due to the missing keys, and to nothing else."""

import djangos

djangos.set_up()

from views import Create  # noqa: E402 - wants settings

djangos.serve(Create.as_view())
