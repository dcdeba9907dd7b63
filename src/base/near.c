#include "base/near.h"

#include <string.h>

size_t
near_distance(const char *a, const char *b)
{
	size_t row[NEAR_NAME + 1], m = strlen(a), n = strlen(b);
	if (m > NEAR_NAME || n > NEAR_NAME)
		return NEAR_NAME;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

size_t
near_enough(size_t n)
{
	return n < 3 ? 1 : n < 6 ? 2 : 3;
}
