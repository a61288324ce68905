package org.signonflow;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts Signonflow: the engine with its web applications. */
@SpringBootApplication
public class Signonflow {

    public static void main(String[] args) {
        SpringApplication.run(Signonflow.class, args);
    }
}
