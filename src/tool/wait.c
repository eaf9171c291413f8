// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmpathctl: time, and waiting that SIGINT and SIGTERM end in good order. The
 * two signals are blocked but for the moments of the wait, so none is missed
 * and none cuts a line of output in half.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "ctl.h"

static volatile sig_atomic_t wait_stopped;
static sigset_t wait_mask;	/* what is blocked while waiting */

static void stop(int sig)
{
	wait_stopped = 1;
}

/* From here on the two signals only end the next ctl_wait_until(). */
void ctl_wait_start(void)
{
	struct sigaction act = { .sa_handler = stop };
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &wait_mask);
	sigdelset(&wait_mask, SIGINT);
	sigdelset(&wait_mask, SIGTERM);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

/* Milliseconds of a clock that nobody sets. */
long long ctl_wait_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/**
 * ctl_wait_until() - wait for input or a point in time.
 * @fd: to be read from, or -1
 * @when: as ctl_wait_now(), or -1 for no end
 *
 * Return: 1 there is input, 0 the time has come, -1 a signal says stop.
 */
int ctl_wait_until(int fd, long long when)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct timespec left, *timeout = NULL;
	long long ms;
	int n;

	while (!wait_stopped) {
		if (when >= 0) {
			ms = when - ctl_wait_now();
			if (ms < 0)
				ms = 0;
			left.tv_sec = ms / 1000;
			left.tv_nsec = ms % 1000 * 1000000;
			timeout = &left;
		}
		n = ppoll(&pfd, 1, timeout, &wait_mask);
		if (n > 0)
			return 1;
		/* a clock of whole milliseconds: the time may not quite have come */
		if (!n && when <= ctl_wait_now())
			return 0;
		if (n < 0 && errno != EINTR)
			return 0;
	}
	return -1;
}
