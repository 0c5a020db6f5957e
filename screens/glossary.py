"""The words of the committee, one sentence each, for F1 on the screens where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from models.text import mark, tr


@dataclass(frozen=True)
class Word:
    """A word of the glossary: its name in the code, the word, and what it means to a member of the committee."""

    code: str
    chinese: str
    explanation: str

    @property
    def word(self) -> str:
        """The word in the reader's language."""
        return tr(self.chinese)

    @property
    def meaning(self) -> str:
        """The explanation in the reader's language."""
        return tr(self.explanation)


_WORDS = (
    Word(
        "Policy",
        mark("办法"),
        mark("本次评审所依据的文件：支持方向、额度、比例、排除情形和评分规则都出自它，程序只照它办，不另立规矩。"),
    ),
    Word("Batch", mark("批次"), mark("按同一办法组织的一轮申报，有自己的名称、名额和预算，可以分几个评审会来评。")),
    Word(
        "Track", mark("支持方向"), mark("办法第七条列出的支持种类，例如数字化改造或灯塔工厂；每个方向各有补助的算法。")
    ),
    Word("Enterprise", mark("企业"), mark("申报的单位，只认它的统一社会信用代码，名称改了也还是同一家。")),
    Word("Application", mark("申报项目"), mark("一家企业在一个批次、一个支持方向提出的一份申请，附投入明细和材料。")),
    Word(
        "Investment",
        mark("投入"),
        mark("企业为数字化花的钱：软件、云服务、数据采集传输设备可计入补助，其他投入只计入数字化投入总额。"),
    ),
    Word(
        "Level",
        mark("数字化水平等级"),
        mark("评估得出的一级到四级，写明评估版本、方式、日期和得分；它决定补助的上限。"),
    ),
    Word(
        "Recommendation", mark("推荐意见"), mark("县区主管部门对申报项目给出的推荐或不推荐；没有意见的不能进入评审。")
    ),
    Word("Filing", mark("备案、初核"), mark("推进中心对申报项目的备案登记和初步核查，通过了才能进入评审。")),
    Word(
        "Meeting",
        mark("评审会"),
        mark("一组人对同一批次、同一支持方向的若干申报项目进行的一次评审，从筹备一直到归档。"),
    ),
    Word("Panel", mark("评审组"), mark("评审会里共同评一部分申报项目的专家；多数评审会只有一个组，大家都评全部项目。")),
    Word("User", mark("用户"), mark("办公室的在册人员（秘书、财政代表、监督），在每个评审会里都以这个身份办事。")),
    Word(
        "Seat",
        mark("席位"),
        mark("一个人在一次评审会上的位置和身份，例如组长或专家，并写明这个席位是否评分、来自外部还是本单位。"),
    ),
    Word(
        "Phrase",
        mark("口令"),
        mark("首次签到时自己设定的四个词，汉字拼音都行，只有它能打开本人的分数和密钥，程序里没有第二份。"),
    ),
    Word(
        "Recusal",
        mark("回避"),
        mark("专家与某个申报项目有利害关系，因此不评它，也看不到它的评分；讨论到它时要离场。"),
    ),
    Word("Rubric", mark("评分标准"), mark("规定评哪些指标、各占多少分的一张表，开始评分以后不再改动。")),
    Word(
        "Criterion",
        mark("指标"),
        mark("评分标准里的一项，有满分、最小分差（步长）、权重，以及各分数段该是什么样子的说明。"),
    ),
    Word("ScoreSheet", mark("评分表"), mark("一位专家对一个申报项目的全部评分；没有交的表就是没有，绝不当作零分。")),
    Word(
        "Mark", mark("评分"), mark("一位专家给一个指标的分数，在零分与满分之间，按步长给；没有给就空着，不等于零分。")
    ),
    Word(
        "Sealing",
        mark("封存"),
        mark("揭晓以前分数以加密的形式保存，连秘书和保管数据库的人也打不开，谁调换或删掉一份都会被查出来。"),
    ),
    Word(
        "Receipt",
        mark("收执"),
        mark("交上评分表时得到的八个字符，由封好的评分表算出而看不出分数，事后可以凭它核对交的就是这一份。"),
    ),
    Word(
        "Envelope",
        mark("密钥信封"),
        mark("保管封存密钥的人另做的一份纸上代码，装信封备用，本人不在场时别人凭它代交，用过会记录在案。"),
    ),
    Word(
        "Reveal",
        mark("揭晓"),
        mark("全部评分表一起公开，进入合议；加密封存的，要组长、监督、财政代表中的两位各自交出密钥才能做到。"),
    ),
    Word(
        "Ranking",
        mark("排名"),
        mark("把各位专家的评分表按规则汇总成得分后的先后；同分先看办法规定的指标，仍相同就并列。"),
    ),
    Word(
        "Correction", mark("更正"), mark("公开评分之后对分数的改动，只有四种理由可以，谁改、改前改后和理由都写进纪要。")
    ),
    Word("Quota", mark("配额"), mark("一个批次可以入选的名额，以及各县区、各行业至少几个（保底）、至多几个（上限）。")),
    Word("Allocation", mark("配额分配"), mark("按排名和配额算出谁拟入选、谁备选、谁未入选，每一家都写明原因。")),
    Word("Adjustment", mark("调整"), mark("组长对分配结果的个别改动，只动被改的那一个项目，而且必须写明理由。")),
    Word("Publicity", mark("公示"), mark("把拟入选名单向社会公布，至少五个工作日，期间任何人都可以提出异议。")),
    Word(
        "Objection", mark("异议"), mark("对公示名单上某个项目的质疑；它没有办结之前，只有这个项目暂缓，别的照常进行。")
    ),
    Word(
        "AwardList",
        mark("名单（试点企业名单、奖补名单、验收结果）"),
        mark("评审会最后定下的结果，有版本号和校验码，组长与财政代表都签字后不再改动。"),
    ),
    Word(
        "Payment",
        mark("拨付"),
        mark("补助的付款：公示期满后可以预拨，验收后清算，全市总体验收后付尾款，不该得的要收回。"),
    ),
    Word("Change", mark("变更"), mark("项目批准以后，企业要求改动内容或期限的申请，须经审定才能照改。")),
    Word("Acceptance", mark("验收"), mark("项目完成以后核实实际投入和达到的等级，补助按核实的数重新计算。")),
    Word("Sanction", mark("失信记录"), mark("因弄虚作假等原因，企业在一定年限内不得申报的记录，写明理由和最后一天。")),
    Word("Minutes", mark("会议纪要"), mark("评审会的正式记录，由程序按已记下的事实写成，供签字和归档。")),
    Word(
        "AuditEntry",
        mark("审计记录"),
        mark("每办一件事就留下的一条记录，与前一条首尾相扣，事后改动任何一条都会被查出来。"),
    ),
)

WORDS: dict[str, Word] = {word.code: word for word in _WORDS}
"""Every word of the domain by its name in the code, in the order in which a meeting comes upon them."""
