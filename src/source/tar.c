#include "source/local.h"

#include "base/fmt.h"
#include "oci/layer.h"

bool
tar_open(const struct source *s, const struct source_options *o,
	 struct image *m, struct err *e)
{
	struct layer_source tar = { .window = s->window,
				    .what = "the archive",
				    .plain = true };
	(void)o;
	m->as_archived = true;
	return image_apply_layer(m, &tar, e) ||
	       err_ctx(e, "%s", show_str(s->where).s);
}
