#include "attest/reasons.h"

#include <stdarg.h>
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

bool
reason_err(struct err *e, const char *code, const char *fmt, ...)
{
	const struct reason *r = reason_find(code);
	va_list ap;
	va_start(ap, fmt);
	err_setv(e, r->malformed ? ERR_INPUT : ERR_REFUSED, fmt, ap);
	va_end(ap);
	err_id(e, code);
	return err_hint(e, "%s", r->next);
}
