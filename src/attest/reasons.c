#include "attest/reasons.h"

#include <string.h>

#include "base/fmt.h"

static const struct reasons *const chapters[] = {
	&reasons_document,
	&reasons_chain,
	&reasons_expected,
};

const struct reason *
reason_look(const char *code)
{
	for (size_t i = 0; i < COUNT(chapters); i++)
		for (size_t j = 0; j < chapters[i]->n; j++)
			if (strcmp(chapters[i]->v[j].code, code) == 0)
				return &chapters[i]->v[j];
	return NULL;
}

const struct reason *
reason_find(const char *code)
{
	const struct reason *r = reason_look(code);
	ASSERT(r);
	return r;
}
