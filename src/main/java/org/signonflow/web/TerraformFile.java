package org.signonflow.web;

import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** A configuration as an answer that is saved under a name of its own. */
final class TerraformFile {

    static final String TYPE = "text/plain;charset=UTF-8";

    private TerraformFile() {
    }

    static ResponseEntity<String> of(String name, String text) {
        return ResponseEntity.ok().contentType(MediaType.parseMediaType(TYPE)).header(HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment().filename(name + ".tf").build().toString()).body(text);
    }
}
