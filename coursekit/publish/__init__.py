"""The static site: every chapter as a page that shows each lab as pictures and tables.

`site` writes the folder; `page` is the frame of a page, `lesson` a notebook's cells, `prose` its
Markdown. `figures` takes a lab at several moments, `charts` draws its charts; `questions` and
`real` write quizzes, claims and checks. Scenes are drawn in the reader's browser by the same
`scene.js` as in a notebook.
"""
