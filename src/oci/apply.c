#include "oci/apply.h"

#include "base/fmt.h"
#include "oci/layer.h"
#include "sys/fs.h"

static bool
apply_one(const struct oci_store *s, const struct oci_image *image, size_t i,
	  struct image *m, struct err *e)
{
	const struct oci_desc *d = &image->layers[i];
	struct store_blob b = { .fd = -1 };
	const char *what =
		arena_fmt(m->arena, "layer %zu of %zu", i + 1, image->n);
	if (!what)
		return err_full(e, "a layer's name");
	if (!s->open(s->self, d, &b, e))
		return err_ctx(e, "%s", what);
	if (!image_keep_fd(m, b.fd, e))
		return false;
	if (d->digest.text.n && b.size != d->size) {
		err_set(e, ERR_INPUT, "%s has %llu bytes, expected %llu", what,
			(unsigned long long)b.size,
			(unsigned long long)d->size);
		return err_id(e, "oci-digest");
	}
	struct layer_source from = {
		.window = { b.fd, b.offset, b.size },
		.what = what,
		.digest = b.checked ? (struct span){ 0 } : d->digest.text,
		.diff_id = image->config.diff_ids.v[i],
	};
	return image_apply_layer(m, &from, e);
}

bool
oci_apply(const struct oci_store *s, const struct oci_image *i, struct image *m,
	  struct err *e)
{
	ASSERT(i->n == i->config.diff_ids.n);
	m->config = i->config;
	if (s->prepare && !s->prepare(s->self, i->layers, i->n, e))
		return false;
	for (size_t k = 0; k < i->n; k++)
		if (!apply_one(s, i, k, m, e))
			return false;
	return true;
}
