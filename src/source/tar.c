#include "oci/layer.h"
#include "source/local.h"

bool
source_tar_read(const struct window *tar, struct image *m, struct err *e)
{
	struct layer_source s = { .window = *tar,
				  .what = "the archive",
				  .plain = true };
	m->kind = SPAN("tar");
	return image_apply_layer(m, &s, e);
}
