-- One row per member x fiscal year x funding source class x amount basis.
{{ money_mart('project_support') }}
