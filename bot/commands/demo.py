"""`jianbao demo`: the bundled summaries, a dozen questions with their replies, then the conversation."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import config_option

if TYPE_CHECKING:
    from knowledge.ask import Asker, Context
    from knowledge.store import KnowledgeStore

# What is shown and asked; a follow-up belongs to the conversation of the question before it.
TALKS = (
    (("一个行业的增速", "霁川县医化行业产值增长多少"), ("接着问", "那橡塑呢")),
    (("名次", "霁川县规上工业增加值增速在全市排第几"),),
    (("完成率", "霁川县5G基站完成率是多少"),),
    (("进展", "霁川县医化产业大脑进展到哪一步了"),),
    (("名单", "霁川县列入市级未来工厂培育名单的有哪些企业"),),
    (("困难", "霁川县有哪些困难问题"),),
    (("比较", "霁川县医化和工艺行业哪个增长快"),),
    (("错字", "霁川县技该投资增速多少"),),
    (("打了码的数字", "2021年县经信局医化行业产值是多少"),),
    (("总结里没有的", "霁川县旅游收入是多少"),),
)


@click.command("demo", short_help="读随带的样例，演示十几个问答，然后进入对话")
@config_option
def command(config: Path | None) -> None:
    """读随带的样例，演示十几个问答和一份周报；在终端里接着进入对话。

    Read the bundled summaries, show a dozen questions with their replies, then open the chat on a terminal.

    \b
    例子：
      jianbao demo
    """
    import os

    from bot.places import sample_store
    from bot.settings import load_settings
    from knowledge import lexicon
    from knowledge.ask import Asker
    from knowledge.store import KnowledgeStore

    settings = load_settings(config)
    path = sample_store(settings, os.environ)
    with KnowledgeStore.open(path, readonly=True) as knowledge:
        _documents(knowledge)
        asker = Asker(knowledge.shelf(), lexicon.load(settings.lexicon.files), settings.asking)
        for talk in TALKS:
            _talk(asker, talk)
        _digest(knowledge)
    if sys.stdin.isatty() and sys.stdout.isatty():
        from bot.commands.chat import converse

        converse(settings, path)


def _documents(knowledge: KnowledgeStore) -> None:
    shelf = knowledge.shelf()
    click.echo("随带的总结：")
    for doc in shelf.documents():
        facts, items = shelf.document_facts(doc.doc_id), shelf.work_items(doc.doc_id)
        count = len(shelf.difficulties(doc.doc_id))
        click.echo(f"  《{doc.title}》 {len(facts)} 个数字，{len(items)} 项工作，{count} 个困难")


def _talk(asker: Asker, talk: tuple[tuple[str, str], ...]) -> None:
    from handlers.render import render_text
    from knowledge.ask import Context

    context: Context = Context()
    for label, question in talk:
        answers, context = asker.ask(question, context, datetime.now(UTC))
        click.echo(f"\n—— {label} ——\n问：{question}")
        click.echo("答：" + "\n\n".join(map(render_text, answers)))


def _digest(knowledge: KnowledgeStore) -> None:
    """The digest after the newest document of the place that has two."""
    from handlers.digests import screen
    from knowledge.digest import compare, state_of, up_to

    state = state_of(knowledge.shelf())
    newest = state.known[-1].doc
    earlier = [known.doc for known in state.known if known.doc.ref_area == newest.ref_area and known.doc != newest]
    click.echo("\n—— 周报 ——")
    click.echo(screen(compare(up_to(state, earlier[-1].doc_id) if earlier else None, state)))
