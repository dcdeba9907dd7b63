/* Mutual exclusion between threads. */
#pragma once

#include <pthread.h>

/* Call lock_init before all else, and lock_finish when no thread holds the
 * lock. */
struct lock {
	pthread_mutex_t m;
};

void lock_init(struct lock *l);
void lock_take(struct lock *l);
void lock_give(struct lock *l);
void lock_finish(struct lock *l);
