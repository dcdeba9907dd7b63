/* Many documents at once: each is judged by its own appraisal, as alone. */
#include "api/handles.h"

#include "sys/crew.h"
#include "veraclave/batch.h"

struct batch {
	const struct veraclave_item *item;
	int64_t at;
};

static void
step(void *self, size_t i)
{
	const struct batch *b = self;
	const struct veraclave_item *t = &b->item[i];
	IGNORE(veraclave_appraise(t->appraisal, t->document, t->size, b->at));
}

/* An appraisal that is there twice would be used by two threads: then there is
 * no answer for anybody, nor one of before. */
static bool
all_differ(const struct veraclave_item *item, size_t n)
{
	bool differ = true;
	for (size_t i = 0; i < n; i++) {
		differ = differ && !item[i].appraisal->in_batch;
		item[i].appraisal->in_batch = true;
	}
	for (size_t i = 0; i < n; i++) {
		item[i].appraisal->in_batch = false;
		item[i].appraisal->made = false;
	}
	return differ;
}

size_t
veraclave_appraise_all(const struct veraclave_item *item, size_t n, int64_t at,
		       unsigned threads)
{
	struct batch b = { item, at };
	size_t passed = 0;
	if (!all_differ(item, n))
		return 0;
	crew_run(threads, n, step, &b);
	for (size_t i = 0; i < n; i++)
		passed += veraclave_appraisal_result(item[i].appraisal) ==
			  VERACLAVE_PASS;
	return passed;
}
