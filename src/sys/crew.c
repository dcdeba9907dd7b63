#include "sys/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "sys/cpus.h"

struct crew {
	void (*step)(void *self, size_t i);
	void *self;
	size_t n;
	atomic_size_t next;
};

static void *
work(void *self)
{
	struct crew *c = self;
	for (;;) {
		size_t i = atomic_fetch_add(&c->next, 1);
		if (i >= c->n)
			return NULL;
		c->step(c->self, i);
	}
}

void
crew_run(unsigned threads, size_t n, void (*step)(void *self, size_t i),
	 void *self)
{
	struct crew c = { .step = step, .self = self, .n = n };
	pthread_t other[CREW_MAX];
	size_t most = threads ? threads : sys_cpus(), started = 0;
	sigset_t all, old;
	if (most > n)
		most = n;
	if (most > CREW_MAX)
		most = CREW_MAX;
	/* only the caller handles signals */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (started + 1 < most &&
	       pthread_create(&other[started], NULL, work, &c) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	work(&c);
	for (size_t i = 0; i < started; i++)
		pthread_join(other[i], NULL);
}
