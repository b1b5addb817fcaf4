;;; test.el --- the snippet of docs/editors.md in a real Emacs  -*- lexical-binding: t -*-
;; emacs --batch -q -l test.el, with AICCL_SNIPPET (a file) and AICCL_WORKSPACE in the environment, and `aiccl-server' on PATH.

(package-initialize)
(require 'cl-lib)
(setq eglot-sync-connect 60 eglot-autoshutdown t make-backup-files nil)

(load (getenv "AICCL_SNIPPET") nil t t)

(defvar failures 0)
(defun check (what good &optional seen)
  (unless good (cl-incf failures))
  (princ (format "%s %s%s\n" (if good "ok   " "FAIL ") what (if good "" (format ": %s" seen)))))

(defun eventually (what body)
  "Wait until BODY gives something that is not nil, and give that."
  (let ((deadline (+ (float-time) 30)) value)
    (while (and (not (setq value (ignore-errors (funcall body)))) (< (float-time) deadline))
      (accept-process-output nil 0.05))
    (check what value "never")
    value))

(defun hover ()
  (let ((answer (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (plist-get (plist-get answer :contents) :value)))

(progn
  (find-file (expand-file-name "shop/cart.py" (getenv "AICCL_WORKSPACE")))
  (aiccl)
  (goto-char (point-min))
  (search-forward "def add")
  (backward-char 1)
  (eventually "hover on a method" (lambda () (string-match-p "no such article" (hover))))
  (let ((text (hover)))
    (check "its figures" (string-match-p "fewer tokens" text) text))
  (save-excursion
    (goto-char (point-min))
    (search-forward "no such article")
    (replace-match "never heard of"))
  (eglot--signal-textDocument/didChange)
  (eventually "an unsaved change is in the hover" (lambda () (string-match-p "never heard of" (hover))))
  (save-buffer)
  (aiccl-show "outline")
  (with-current-buffer "*aiccl outline cart.py*"
    (check "aiccl-show" (and (string-match-p "merge(" (buffer-string)) (not (string-match-p "never heard of" (buffer-string)))) (buffer-string)))
  (eglot-shutdown (eglot-current-server)))

(kill-emacs (if (zerop failures) 0 1))
;;; test.el ends here
