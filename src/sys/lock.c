#include "sys/lock.h"

#include "base/compiler.h"

/* With default attributes these functions fail only because of our own
 * mistake. */
static void
right(int sys)
{
	ASSERT(sys == 0);
}

void
lock_init(struct lock *l)
{
	right(pthread_mutex_init(&l->m, NULL));
}

void
lock_take(struct lock *l)
{
	right(pthread_mutex_lock(&l->m));
}

void
lock_give(struct lock *l)
{
	right(pthread_mutex_unlock(&l->m));
}

void
lock_finish(struct lock *l)
{
	right(pthread_mutex_destroy(&l->m));
}
