#include "base/test.h"

#include <stdatomic.h>

#include "sys/crew.h"

enum { MANY = 3000 };

static void
count(void *self, size_t i)
{
	atomic_uint *times = self;
	times[i]++;
}

TEST(crew_does_each_once)
{
	static const unsigned threads[] = { 0, 1, 2, 7, 100000 };
	static const size_t n[] = { 0, 1, 2, MANY };
	for (size_t k = 0; k < COUNT(threads); k++)
		for (size_t j = 0; j < COUNT(n); j++) {
			atomic_uint times[MANY + 1] = { 0 };
			crew_run(threads[k], n[j], count, times);
			for (size_t i = 0; i <= MANY; i++)
				CHECK_U(t, times[i], i < n[j] ? 1 : 0);
		}
}
