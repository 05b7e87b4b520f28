/* Preloaded into a program under test: records every change that it makes to the files of one folder, in the order in
 * which they happen, and fails some of them as told.
 *
 * RECORDER_FOLDER   what is watched: files whose path begins with this
 * RECORDER_LOG      where the records go (outside of the folder); none are written where it is not set
 * RECORDER_SYNC     a file outside of the folder: while it exists, the next sync fails with EIO, and removes it
 * RECORDER_FULL     a file outside of the folder: while it exists, whatever would make a file longer fails with ENOSPC
 *
 * A record is: kind (1 byte: W write, T truncate, S sync, D sync of a folder, U unlink, R rename), length of the path
 * (4 bytes), length of the data (4 bytes), offset or size (8 bytes), path, data. Numbers are in the machine's order.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_descriptor = -2;

#define REAL(type, name) \
    static __typeof__(type) real; \
    if (!real) real = (__typeof__(type))dlsym(RTLD_NEXT, name)

static ssize_t real_write(int descriptor, const void *data, size_t size) {
    REAL(ssize_t (*)(int, const void *, size_t), "write");
    return real(descriptor, data, size);
}

/* Whether the descriptor is a watched file (or folder), and its path. */
static int watched(int descriptor, char *path) {
    const char *folder = getenv("RECORDER_FOLDER");
    char link[64];
    if (!folder) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

static int told(const char *variable) {
    const char *path = getenv(variable);
    return path && access(path, F_OK) == 0;
}

static void put(const void *data, size_t size) {
    const char *at = data;
    while (size) {
        ssize_t done = real_write(log_descriptor, at, size);
        if (done <= 0) abort();
        at += done;
        size -= (size_t)done;
    }
}

static void record(char kind, const char *path, const void *data, size_t size, int64_t offset) {
    int kept = errno;
    if (log_descriptor == -2) {
        const char *log = getenv("RECORDER_LOG");
        log_descriptor = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    }
    if (log_descriptor >= 0) {
        uint32_t path_length = (uint32_t)strlen(path), data_length = (uint32_t)size;
        put(&kind, 1);
        put(&path_length, 4);
        put(&data_length, 4);
        put(&offset, 8);
        put(path, path_length);
        put(data, size);
    }
    errno = kept;
}

static int is_full(int descriptor, int64_t end) {
    struct stat about;
    return told("RECORDER_FULL") && fstat(descriptor, &about) == 0 && end > about.st_size;
}

static ssize_t recorded_write(int descriptor, const void *data, size_t size, int64_t offset, int positioned) {
    REAL(ssize_t (*)(int, const void *, size_t, int64_t), "pwrite64");
    char path[PATH_MAX];
    if (!watched(descriptor, path)) {
        return positioned ? real(descriptor, data, size, offset) : real_write(descriptor, data, size);
    }
    pthread_mutex_lock(&lock);
    if (!positioned) {
        int appends = fcntl(descriptor, F_GETFL) & O_APPEND;
        offset = lseek(descriptor, 0, appends ? SEEK_END : SEEK_CUR);
    }
    ssize_t done = -1;
    if (is_full(descriptor, offset + (int64_t)size)) {
        errno = ENOSPC;
    } else {
        done = positioned ? real(descriptor, data, size, offset) : real_write(descriptor, data, size);
    }
    if (done > 0) record('W', path, data, (size_t)done, offset);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int descriptor, const void *data, size_t size) {
    return recorded_write(descriptor, data, size, 0, 0);
}

ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset) {
    return recorded_write(descriptor, data, size, offset, 1);
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) {
    return recorded_write(descriptor, data, size, offset, 1);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t done = recorded_write(descriptor, parts[i].iov_base, parts[i].iov_len, offset + total, 1);
        if (done < 0) return total ? total : done;
        total += done;
        if ((size_t)done < parts[i].iov_len) break;
    }
    return total;
}

static int recorded_sync(int descriptor, int data_only) {
    static int (*real_fsync)(int), (*real_fdatasync)(int);
    if (!real_fsync) {
        real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
        real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    }
    int (*real)(int) = data_only ? real_fdatasync : real_fsync;
    char path[PATH_MAX];
    if (!watched(descriptor, path)) return real(descriptor);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (told("RECORDER_SYNC")) {
        unlink(getenv("RECORDER_SYNC"));
        errno = EIO;
    } else {
        done = real(descriptor);
    }
    struct stat about;
    int folder = fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode);
    if (done == 0) record(folder ? 'D' : 'S', path, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int fsync(int descriptor) { return recorded_sync(descriptor, 0); }
int fdatasync(int descriptor) { return recorded_sync(descriptor, 1); }

int ftruncate64(int descriptor, off64_t size) {
    REAL(int (*)(int, off64_t), "ftruncate64");
    char path[PATH_MAX];
    if (!watched(descriptor, path)) return real(descriptor, size);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (is_full(descriptor, size)) errno = ENOSPC;
    else done = real(descriptor, size);
    if (done == 0) record('T', path, NULL, 0, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int unlink(const char *path) {
    REAL(int (*)(const char *), "unlink");
    const char *folder = getenv("RECORDER_FOLDER");
    if (!folder || strncmp(path, folder, strlen(folder)) != 0) return real(path);
    pthread_mutex_lock(&lock);
    int done = real(path);
    if (done == 0) record('U', path, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
    return done;
}

int rename(const char *from, const char *to) {
    REAL(int (*)(const char *, const char *), "rename");
    const char *folder = getenv("RECORDER_FOLDER");
    if (!folder || strncmp(from, folder, strlen(folder)) != 0) return real(from, to);
    pthread_mutex_lock(&lock);
    int done = real(from, to);
    if (done == 0) record('R', from, to, strlen(to), 0);
    pthread_mutex_unlock(&lock);
    return done;
}
