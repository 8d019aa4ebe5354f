"""What people see of a result: figures, tables, the report, the summary. Each is a function of a ``Result`` alone.

phrases, conditions   words for what a column, a rung or a scenario says
tables                the numbers behind every figure, and tables/*.csv
printed               the same for people: finished text in rows
making                how a result was made, and how to cite it
style, figures/       how a picture looks, and each picture with its words and numbers
pictures, svg         figures as files, the main ones also as slides
summary, report       the answer in two sentences; the page
folder                all of them, written into a results folder
"""
