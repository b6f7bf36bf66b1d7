"""Figure descriptions as ECharts options: plain JSON, one module per kind of figure.

An option has no functions. Where ECharts takes one, a word that begins with `@` stands for it, and
`charts.js` puts the function in its place: `@short` and `@share` write numbers in the reader's language,
`@ink`, `@muted` and `@paper` are colours of the theme, `@band`, `@whisker` and `@heat_cell` draw. The key
`junshi` says how panels are laid out; ECharts does not read it.
"""

from junshi.show.echarts.option import frames_of, option_of

__all__ = ["frames_of", "option_of"]
