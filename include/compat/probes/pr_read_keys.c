// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys and reservations can be read by pr_ops. Since c787f1baa503 ("block: Add PR
 * callouts for read keys and reservation"), 6.4.
 */
#include <linux/blkdev.h>
#include <linux/pr.h>

struct pr_ops *probe(int (*keys)(struct block_device *, struct pr_keys *));
struct pr_ops *probe(int (*keys)(struct block_device *, struct pr_keys *))
{
	static struct pr_ops ops;

	ops.pr_read_keys = keys;
	return &ops;
}
