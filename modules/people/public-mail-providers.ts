/** Whether anybody may have an address in this domain: then it says nothing of where its people work. */
export function isPublicMailProvider(domain: string): boolean {
  return PROVIDERS.has(domain) || BRANDS.test(domain);
}

// One brand under the endings of many countries.
const BRANDS =
  /^((outlook|hotmail|live|msn|yahoo|ymail|rocketmail|gmx|mail|yandex|proton|aol|zoho)\.)(com?\.)?[a-z]{2,4}$/;

// Providers of mail and of access to the internet whose customers get an address under its own name.
const PROVIDERS = new Set(
  `
  gmail.com googlemail.com icloud.com me.com mac.com passport.com windowslive.com
  protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io tuta.com keemail.me
  fastmail.com fastmail.fm hushmail.com hush.com mailfence.com startmail.com runbox.com posteo.de posteo.net
  mailbox.org disroot.org riseup.net zohomail.com zohomail.eu aim.com verizon.net hey.com duck.com
  inbox.com inbox.lv mail.ru bk.ru list.ru internet.ru rambler.ru ya.ru ukr.net i.ua
  yopmail.com mailinator.com guerrillamail.com 10minutemail.com temp-mail.org trashmail.com sharklasers.com
  skynet.be belgacom.net telenet.be proximus.be scarlet.be pandora.be voo.be brutele.be tvcablenet.be 
  orange.be mobistar.be edpnet.be dommel.be numericable.be euphonynet.be versatel.be chello.be teledisnet.be
  advalvas.be busmail.net ping.be planetinternet.be tiscali.be wanadoo.be swing.be ibelgique.com 
  orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr cegetel.net numericable.fr noos.fr bbox.fr club-internet.fr
  aliceadsl.fr alice.fr voila.fr libertysurf.fr online.fr tele2.fr 9online.fr nordnet.fr ifrance.com caramail.com
  mailo.com netcourrier.com aol.fr dartybox.com worldonline.fr infonie.fr vivaldi.net
  ziggo.nl kpnmail.nl kpn.nl kpnplanet.nl planet.nl hetnet.nl home.nl xs4all.nl upcmail.nl chello.nl casema.nl
  quicknet.nl zonnet.nl tele2.nl telfort.nl telfortglasvezel.nl online.nl solcon.nl freeler.nl caiway.nl caiway.net
  delta.nl zeelandnet.nl versatel.nl wanadoo.nl tiscali.nl multiweb.nl onsbrabantnet.nl onsmail.nl glasnet.nl wxs.nl
  ziggomail.com multikabel.nl kabelfoon.nl plex.nl 
  pt.lu internet.lu vo.lu tango.lu luxweb.com
  t-online.de web.de freenet.de arcor.de online.de vodafone.de vodafonemail.de kabelmail.de kabelbw.de unitybox.de
  1und1.de o2online.de o2mail.de netcologne.de ewetel.de ewe.net email.de magenta.de gmx.net
  bluewin.ch sunrise.ch hispeed.ch swissonline.ch quickline.ch vtxmail.ch a1.net aon.at chello.at liwest.at
  libero.it virgilio.it tin.it alice.it tiscali.it iol.it inwind.it fastwebnet.it tim.it aruba.it email.it
  telefonica.net ono.com terra.es movistar.es sapo.pt netcabo.pt clix.pt meo.pt
  btinternet.com btopenworld.com bt.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk tiscali.co.uk
  plusnet.com plus.net talk21.com tesco.net eircom.net
  telia.com comhem.se bredband.net spray.se online.no tdcadsl.dk mail.dk stofanet.dk elisanet.fi kolumbus.fi
  wp.pl o2.pl onet.pl interia.pl op.pl poczta.fm seznam.cz centrum.cz email.cz azet.sk freemail.hu citromail.hu abv.bg
  comcast.net att.net sbcglobal.net bellsouth.net cox.net charter.net spectrum.net earthlink.net juno.com frontier.com
  rogers.com sympatico.ca videotron.ca bell.net shaw.ca telus.net
  qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn naver.com daum.net hanmail.net
  docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com rediffmail.com bigpond.com optusnet.com.au xtra.co.nz
  uol.com.br bol.com.br terra.com.br ig.com.br menara.ma
  `
    .trim()
    .split(/\s+/),
);
