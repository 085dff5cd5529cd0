// The honest create as a Nest application, without TypeScript: decorators are called as functions.
require("reflect-metadata");
const { Controller, HttpCode, HttpException, Module, Post, Req, UseGuards } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
const { ExpressAdapter } = require("@nestjs/platform-express");
const { PATH, UNAUTHENTICATED, accountOf, create } = require("./honest.cjs");
const { bare } = require("./express.cjs");

const refuse = ([status, document]) => { throw new HttpException(document, status); };

class Authenticated {
  canActivate(context) {
    return accountOf(context.switchToHttp().getRequest().headers.authorization) ? true : refuse(UNAUTHENTICATED);
  }
}

// Serves the application with modules and decorators of a package.
async function serve({ imports = [], decorators = [] }) {
  class Destinations {
    create(request) {
      const [status, document] = create(request.headers.authorization, request.body);
      return status === 200 ? document : refuse([status, document]);
    }
  }
  const method = Object.getOwnPropertyDescriptor(Destinations.prototype, "create");
  Reflect.defineMetadata("design:paramtypes", [Object], Destinations.prototype, "create");
  for (const decorate of [Post(PATH), HttpCode(200), UseGuards(Authenticated), ...decorators]) {
    decorate(Destinations.prototype, "create", method);
  }
  Req()(Destinations.prototype, "create", 0);
  Controller()(Destinations);
  class Application {}
  Module({ imports, controllers: [Destinations] })(Application);
  const app = await NestFactory.create(Application, new ExpressAdapter(bare()), { logger: false, bodyParser: false });
  await app.listen(0, "127.0.0.1");
  app.getHttpServer().keepAliveTimeout = 600_000;
  console.log(await app.getUrl());
}

module.exports = { serve };
