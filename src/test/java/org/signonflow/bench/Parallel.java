package org.signonflow.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several concurrent clients. */
final class Parallel {

    private Parallel() {
    }

    /** Returns when all is done. */
    static void run(int threads, List<Callable<Void>> tasks) throws IOException {
        ExecutorService clients = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Void> each : clients.invokeAll(tasks)) {
                each.get();
            }
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause());
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IOException(end);
        } finally {
            clients.shutdownNow();
        }
    }
}
