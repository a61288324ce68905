package org.signonflow;

import org.signonflow.sandbox.Sandbox;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Starts the engine with its web applications; with the argument {@code sandbox}, the PingOne sandbox alone. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class Signonflow {

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("sandbox")) {
            Sandbox.run(args);
        } else {
            SpringApplication.run(Signonflow.class, args);
        }
    }
}
