// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TCG plugin for QEMU: how often the guest ran each of its instructions.
 *
 * A translation block is a row of instructions that are run one after the other. The
 * plugin counts runs of each block in a file that is mapped, so whoever wants to know what
 * happened between two moments takes a copy at each; profile.py does. No header of QEMU's
 * is needed: plugin.h declares what is used.
 *
 *	-plugin build/bench/profile.so,out=FILE
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "plugin.h"

#define NR_BLOCKS	1048576U
#define HASH		2097152U

/* The file: a head, then blocks. profile.py reads it. */
struct block {
	uint64_t vaddr;
	uint64_t insns;
	uint64_t last;		/* of its instructions; where two pages meet it tells */
	uint64_t runs;
};

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static struct block *blocks;	/* the first one has the number of all in vaddr */
static uint32_t hash[HASH];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* QEMU forgets translations and makes them again. */
static struct block *find(uint64_t vaddr, uint64_t insns, uint64_t last)
{
	uint64_t slot = (vaddr * 0x9e3779b97f4a7c15ULL ^ insns * 0xff51afd7ed558ccdULL) % HASH;
	struct block *b;

	for (; hash[slot]; slot = (slot + 1) % HASH) {
		b = &blocks[hash[slot]];
		if (b->vaddr == vaddr && b->insns == insns && b->last == last)
			return b;
	}
	if (blocks[0].vaddr + 1 >= NR_BLOCKS)
		return &blocks[0];
	hash[slot] = ++blocks[0].vaddr;
	b = &blocks[hash[slot]];
	*b = (struct block){ .vaddr = vaddr, .insns = insns, .last = last };
	return b;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	uint64_t last = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, n - 1));
	struct block *b;

	(void)id;
	pthread_mutex_lock(&lock);
	b = find(qemu_plugin_tb_vaddr(tb), n, last);
	pthread_mutex_unlock(&lock);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_ADD_U64, &b->runs, 1);
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	const char *out = "profile";
	int i, fd;

	(void)info;
	for (i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			out = argv[i] + 4;
	fd = open(out, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || ftruncate(fd, (off_t)NR_BLOCKS * sizeof(*blocks))) {
		perror(out);
		return -1;
	}
	blocks = mmap(NULL, NR_BLOCKS * sizeof(*blocks), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (blocks == MAP_FAILED) {
		perror(out);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
