"""The articles that findings cite, by a short name that data files use too."""

from jobmatch.kernel.text import Text, text

ARTICLES: dict[str, Text] = {
    "labor.15": text("《劳动法》第十五条"),
    "labor.36": text("《劳动法》第三十六条、第四十一条、第四十四条"),
    "labor.38": text("《劳动法》第三十八条"),
    "labor.41": text("《劳动法》第四十一条"),
    "labor.46": text("《劳动法》第四十六条"),
    "labor.48": text("《劳动法》第四十八条，《最低工资规定》第十二条"),
    "labor.piece": text("《劳动法》第三十七条，《最低工资规定》第十二条"),
    "contract.9": text("《劳动合同法》第九条，《就业服务与就业管理规定》第十四条"),
    "contract.68": text("《劳动合同法》第六十八条"),
    "promotion.26": text("《就业促进法》第二十六条"),
    "promotion.27": text("《就业促进法》第二十七条"),
    "promotion.28": text("《就业促进法》第二十八条"),
    "promotion.29": text("《就业促进法》第二十九条"),
    "promotion.30": text("《就业促进法》第三十条"),
    "promotion.31": text("《就业促进法》第三十一条，《网络招聘服务管理规定》第十五条"),
    "market.24": text("《人力资源市场暂行条例》第二十四条"),
    "market.27": text("《人力资源市场暂行条例》第二十七条，《网络招聘服务管理规定》第十七条"),
    "women.lift": text("《女职工劳动保护特别规定》附录第一条第三项"),
    "women.heavy": text("《女职工劳动保护特别规定》附录第一条第二项，《劳动法》第六十四条"),
}
