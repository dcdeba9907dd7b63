#include "base/budget.h"

#include "base/fmt.h"
#include "base/num.h"

uint64_t
budget_limit(const struct budget *b)
{
	uint64_t more;
	if (b->fixed)
		return b->least;
	if (!num_mul64(b->input, b->factor, &more))
		more = UINT64_MAX;
	return more > b->least ? more : b->least;
}

void
budget_input(struct budget *b, uint64_t n)
{
	if (!num_add64(b->input, n, &b->input))
		b->input = UINT64_MAX;
}

static bool
over(const struct budget *b, struct err *e)
{
	uint64_t limit = budget_limit(b);
	if (b->bytes)
		err_set(e, ERR_LIMIT,
			"%s is more than %s, the limit for an"
			" input of %s",
			b->what, show_size(limit).s, show_size(b->input).s);
	else
		err_set(e, ERR_LIMIT,
			"%s takes more work than an input of its"
			" size may",
			b->what);
	if (b->flag)
		err_hint(e,
			 "small input that becomes so large is most often"
			 " hostile; if it is not, allow it with %s",
			 b->flag);
	return err_id(e, "budget");
}

bool
budget_spend(struct budget *b, uint64_t n, struct err *e)
{
	if (!num_add64(b->spent, n, &b->spent))
		b->spent = UINT64_MAX;
	return b->spent <= budget_limit(b) || over(b, e);
}

void
budget_fix(struct budget *b, uint64_t limit)
{
	b->least = limit;
	b->fixed = true;
}
