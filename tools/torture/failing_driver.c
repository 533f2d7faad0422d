// A graphics driver that fails when it is told to: Mesa's software driver, behind functions that say that the device is
// lost (VK_ERROR_DEVICE_LOST) as soon as there is a file. For Linux on 64 bits, where the first six whole numbers or pointers of
// a call are passed alike.
//
//   cc -shared -fPIC -o failing.so failing_driver.c -ldl
//
// REAL_DRIVER is the driver's library, FAIL_WHEN the file that makes it fail, FAIL_IN the function that fails; all of
// those below unless it is given.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*Function)(void);
typedef Function (*Find)(void *owner, const char *name);
typedef int (*Call)(long, long, long, long, long, long);

enum { DEVICE_LOST = -4 };

static int fails(const char *name) {
    const char *when = getenv("FAIL_WHEN"), *where = getenv("FAIL_IN");
    return when && access(when, F_OK) == 0 && (!where || !*where || strcmp(where, name) == 0);
}

#define FAILING(name)                                                            \
    static Call real_##name;                                                     \
    static int name(long a, long b, long c, long d, long e, long f) {            \
        return fails(#name) ? DEVICE_LOST : real_##name(a, b, c, d, e, f);       \
    }
FAILING(vkQueueSubmit)
FAILING(vkQueueSubmit2)
FAILING(vkQueuePresentKHR)
FAILING(vkAcquireNextImageKHR)
FAILING(vkWaitForFences)
FAILING(vkWaitSemaphores)
FAILING(vkGetSemaphoreCounterValue)

static struct {
    const char *name;
    Function failing;
    Call *real;
} const wrapped[] = {
#define WRAPPED(name) {#name, (Function)name, &real_##name}, {#name "KHR", (Function)name, &real_##name}
    WRAPPED(vkQueueSubmit), WRAPPED(vkQueueSubmit2), WRAPPED(vkQueuePresentKHR), WRAPPED(vkAcquireNextImageKHR),
    WRAPPED(vkWaitForFences), WRAPPED(vkWaitSemaphores), WRAPPED(vkGetSemaphoreCounterValue),
};

static Function wrap(const char *name, Function found) {
    for (size_t i = 0; found && i < sizeof wrapped / sizeof *wrapped; i++)
        if (strcmp(name, wrapped[i].name) == 0) {
            *wrapped[i].real = (Call)found;
            return wrapped[i].failing;
        }
    return found;
}

static Function real(const char *name) {
    static void *driver;
    if (!driver) driver = dlopen(getenv("REAL_DRIVER"), RTLD_NOW);
    return driver ? (Function)dlsym(driver, name) : NULL;
}

static Find find_of_device;
static Function find_in_device(void *device, const char *name) { return wrap(name, find_of_device(device, name)); }

// What the loader asks a driver for.
Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
    Find find = (Find)real("vk_icdGetInstanceProcAddr");
    Function found = find ? find(instance, name) : NULL;
    if (found && strcmp(name, "vkGetDeviceProcAddr") == 0) {
        find_of_device = (Find)found;
        return (Function)find_in_device;
    }
    return wrap(name, found);
}

Function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
    Find find = (Find)real("vk_icdGetPhysicalDeviceProcAddr");
    return find ? find(instance, name) : NULL;
}

int vk_icdNegotiateLoaderICDInterfaceVersion(unsigned *version) {
    int (*negotiate)(unsigned *) = (int (*)(unsigned *))real("vk_icdNegotiateLoaderICDInterfaceVersion");
    return negotiate ? negotiate(version) : DEVICE_LOST;
}
