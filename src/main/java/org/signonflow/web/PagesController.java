package org.signonflow.web;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Pages whose address is not that of a file. */
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
