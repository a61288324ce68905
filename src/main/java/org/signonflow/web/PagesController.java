package org.signonflow.web;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The pages of which the address is not a file's. */
@Controller
class PagesController {

    @GetMapping("/roll-outs")
    String rollOuts() {
        return "forward:/roll-outs.html";
    }

    /** What it shows, and to whom, is up to {@link RollOutsController}. */
    @GetMapping("/roll-outs/{id}")
    String rollOut() {
        return "forward:/roll-out.html";
    }
}
